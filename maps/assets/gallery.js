/* The language of the gallery: both are in the page, one is shown. */
(function () {
"use strict";
const buttons = document.querySelectorAll("button[data-lang]");
const choose = (lang) => {
  document.documentElement.lang = lang;
  for (const text of document.querySelectorAll("bdi[lang]")) text.hidden = text.lang !== lang;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
  const heading = document.querySelector("h1 bdi:not([hidden])");
  if (heading) document.title = heading.textContent;
};
for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.lang));
})();
