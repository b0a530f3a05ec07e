/* What the explorer says, in both languages. {0} {1} are filled in. */
(function (I) {
"use strict";
Object.assign(I.WORDS, {
  xTitle: ["Khám phá thời gian đi", "Travel time explorer"],
  xSide: ["Kịch bản", "Scenario"], xChange: ["Thay đổi", "Change"],
  xMeasure: ["Bản đồ tô màu theo", "Map coloured by"], xMinutes: ["Thời gian đi", "Travel time"], xReached: ["Cơ hội tới được", "Opportunities"],
  xWhat: ["Cơ hội", "Opportunity"],
  xWay: ["Chiều đi", "Direction"], xFrom: ["Đi từ ô", "From the zone"], xTo: ["Đi đến ô", "To the zone"],
  xCutoff: ["Thời gian đi tối đa", "Longest travel time"], xMin: ["{0} phút", "{0} min"],
  xHint: ["Bấm vào một ô trên bản đồ (hoặc tìm tên) để xem thời gian đi từ ô đó.", "Click a zone on the map (or search its name) to see travel times from it."],
  xClear: ["Bỏ chọn", "Clear"], xPicked: ["Ô được chọn", "Chosen zone"],
  xInTimeFrom: ["Từ ô này, trong {0} phút", "From here within {0} min"], xInTimeTo: ["Đến ô này, trong {0} phút", "To here within {0} min"],
  xTimesFrom: ["Thời gian đi từ ô được chọn", "Travel time from the chosen zone"], xTimesTo: ["Thời gian đi đến ô được chọn", "Travel time to the chosen zone"],
  xInbound: ["{0}, chiều đến ô", "{0}, towards the zone"], xChangeOf: ["{0}, thay đổi", "{0}, change"],
  xLine: ["đường viền: giới hạn {0} phút", "outline: the {0} minute limit"],
  xShare: ["% dân số", "% of people"],
  xTotals: ["Toàn vùng, tính theo đầu người", "The whole area, per person"],
  xMean: ["Bình quân một người tới được", "Mean a person reaches"], xMeanTo: ["Bình quân nơi ở của một người", "Mean at a person's home"],
  xGini: ["Hệ số Gini (0 = đều)", "Gini (0 = equal)"],
  xBetter: ["Người được nhiều hơn", "People better off"], xWorse: ["Người bị ít đi", "People worse off"],
  xPoints: ["điểm %", "pts"],
  xHist: ["Dân số phân theo: {0}", "People by: {0}"],
  xHistKey: ["cột: {1}; đường nét: {0}", "bars: {1}; line: {0}"],
  xLorenz: ["Đường Lorenz", "Lorenz curve"], xEqual: ["chia đều", "equality"],
  xLorenzX: ["tỷ lệ dân số", "share of people"], xLorenzY: ["tỷ lệ cơ hội", "share of opportunities"],
  xTable: ["Bảng số liệu các ô", "Table of zones"], xPeople: ["Dân số", "People"],
  xGet: ["Tải số liệu đang hiện", "Download what is shown"],
  xNobody: ["không tính được", "not defined"],
});
I.fill = (key, head, ...parts) => parts.reduce((text, part, at) => text.replace(`{${at}}`, () => part), I.word(key, head));
})(window.Innoregion);
