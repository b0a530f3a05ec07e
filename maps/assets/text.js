/* Text, safely: it reaches the page through textContent only. A text is a string or a pair [vi, en]. */
(function (I) {
"use strict";
I.lang = null;                                                     // the reader's choice; until then each block's own
const followers = [];
I.onLang = (follow) => followers.push(follow);
I.setLang = (lang) => { I.lang = lang; document.documentElement.lang = lang; for (const follow of followers) follow(lang); };

I.WORDS = {
  none: ["–", "–"], unreached: ["không tới được", "not reached"], newly: ["mới tới được", "newly reached"], lost: ["không còn tới được", "no longer reached"],
  unit: ["Đơn vị", "Unit"], count: ["số lượng", "count"], north: ["B", "N"], northLong: ["Hướng bắc", "North"],
  walk: ["Duyệt bằng bàn phím", "Browse by keyboard"],
  help: ["Phím mũi tên: đối tượng bên cạnh; Enter: mở; Esc: thoát", "Arrow keys: next feature; Enter: open; Esc: leave"],
  table: ["Bảng dữ liệu", "Data table"], 
  legend: ["Chú giải", "Legend"], notes: ["Ghi chú", "Notes"], sources: ["Nguồn số liệu", "Sources"],
  print: ["In bản đồ", "Print map"], language: ["Ngôn ngữ", "Language"], show: ["Hiện lớp", "Show layer"],
  cells: ["số ô", "cells"], step: ["Thời điểm", "Step"], play: ["Chạy lần lượt", "Play"], pause: ["Dừng", "Pause"],
  curtain: ["Màn so sánh", "Curtain"], curtainHelp: ["Kéo, hoặc dùng phím mũi tên", "Drag it, or use the arrow keys"], asSide: ["Xem cạnh nhau", "Side by side"], asSwipe: ["Kéo màn so sánh", "Swipe"],
  find: ["Tìm theo tên (không cần dấu)", "Search by name (accents may be left out)"], found: ["Kết quả tìm", "Results"], nothing: ["Không tìm thấy", "Nothing found"], place: ["Địa danh", "Place"],
  rows: ["hàng", "rows"], filterText: ["Lọc theo chữ", "Filter by text"], filterColumn: ["Lọc theo cột…", "Filter by column…"], least: ["từ", "from"], most: ["đến", "to"], choice: ["Giá trị", "Value"], all: ["Tất cả", "All"],
  sheet: ["Khổ giấy", "Paper size"],
  online: ["Nền bản đồ trực tuyến (OpenStreetMap)", "Online base map (OpenStreetMap)"],
  planned: ["quy hoạch", "planned"], building: ["đang xây dựng", "under construction"], superseded: ["đã được thay thế", "superseded"], schematic: ["vị trí sơ đồ", "schematic position"],
  longTerm: ["dài hạn, sau thời hạn quy hoạch", "long term, after the plan's period"],
  name: ["Tên", "Name"], map: ["Bản đồ", "Map"],
  zoomIn: ["Phóng to", "Zoom in"], zoomOut: ["Thu nhỏ", "Zoom out"], close: ["Đóng", "Close"],
  osm: ["những người đóng góp vào OpenStreetMap", "OpenStreetMap contributors"],
};

const language = (head) => I.lang || (head && head.lang) || "vi";
/* What cannot be seen is shown as its picture (NUL is not lost), half a character as the replacement character. */
const visible = (text) => (text.toWellFormed ? text.toWellFormed() : text).replace(/[\u0000-\u0008\u000b-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)));
I.language = language;
I.say = function (text, head) {
  if (text === null || text === undefined) return I.WORDS.none[0];
  return visible(String(Array.isArray(text) ? text[language(head) === "vi" ? 0 : 1] : text));
};
I.word = (key, head) => I.say(I.WORDS[key], head);
I.number = function (value, head, digits, signed) {
  const text = Math.abs(value).toLocaleString(language(head), {maximumFractionDigits: digits});
  return (value < 0 && text !== "0" ? "\u2212" : signed && value > 0 ? "+" : "") + text;
};

/* An element; its text stands in <bdi>, so that right-to-left text stays inside. */
I.make = function (tag, cls, text) {
  const element = document.createElement(tag);
  if (cls) element.className = cls;
  if (text !== undefined) { const inner = document.createElement("bdi"); inner.textContent = text; element.append(inner); }
  return element;
};
})(window.Innoregion);
