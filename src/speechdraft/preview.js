// Asks whether the preview was drawn anew; reloads the page then, and shows what is wrong where it could not be.
"use strict";

const version = document.currentScript.dataset.version;
const kept = sessionStorage.getItem("place");
const note = document.createElement("pre");

note.hidden = true;
note.setAttribute("role", "status");
note.style.cssText =
  "position: sticky; top: 0; z-index: 1; margin: 0; padding: .8rem 1.5rem; max-height: 40vh; overflow: auto;" +
  "background: #8c1d18; color: #fff; font: 14px/1.6 system-ui, 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif;" +
  "white-space: pre-wrap; overflow-wrap: anywhere";
document.documentElement.insertBefore(note, document.body);

function say(text) {
  if (note.textContent !== text) note.textContent = text;
  note.hidden = !text;
}

function missing() {
  return document.querySelector("details.missing");
}

function aside() {
  return document.querySelector(".aside");
}

function putBack() {
  const place = JSON.parse(kept);
  if (missing()) missing().open = place.open;
  if (aside()) aside().scrollTop = place.aside;
  scrollTo({ left: place.left, top: place.top, behavior: "instant" });
}

function keep() {
  const place = {
    left: scrollX,
    top: scrollY - note.offsetHeight, // the page that comes has no note
    aside: aside() ? aside().scrollTop : 0,
    open: missing() ? missing().open : true,
  };
  sessionStorage.setItem("place", JSON.stringify(place));
}

async function look() {
  let pause = 500;
  try {
    const told = await (await fetch("/version", { cache: "no-store" })).json();
    if (typeof told.version === "string" && told.version !== version) {
      keep();
      location.reload();
      return;
    }
    say(told.wrong || "");
  } catch {
    say("speechdraft watch 已结束，本页不再更新。");
    pause = 3000;
  }
  setTimeout(look, pause);
}

if (kept !== null) {
  sessionStorage.removeItem("place");
  history.scrollRestoration = "manual";
  putBack();
  addEventListener("load", putBack);
}
addEventListener("beforeprint", () => say(""));
look();
