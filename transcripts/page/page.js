// What the keys and buttons of a session's page do. Classes and text are changed, markup is never made: the page's policy
// forbids it (Trusted Types), and what came over the wire stays text.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const lines = [...document.querySelectorAll("main ol > li")];
  if (lines.length === 0) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const idles = [2000, 500, Infinity];
  let now = -1;          // the line that speaks; -1 before the first
  let playing = false;   // the clock runs
  let staged = false;    // lines that have not been said yet are not shown
  let speed = 1, idle = 0, loop = false, timer = 0, last = "";

  // times[i] is when line i comes, in milliseconds; a line without a time comes with the one above.
  const times = [];
  for (const li of lines) times.push(li.dataset.t ? Number(li.dataset.t) : times.at(-1) ?? 0);

  const speeds = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];
  const clock = (ms) => Math.floor(ms / 60000) + ":" + String((ms % 60000 / 1000).toFixed(1)).padStart(4, "0");
  const chapter = (i) => lines[i]?.closest("section");

  // show makes line i the one that speaks. Lines between the old and the new one are shown or hidden, and no others.
  function show(i, manual) {
    i = Math.max(-1, Math.min(lines.length - 1, i));
    lines[now]?.classList.remove("now");
    lines[now]?.removeAttribute("aria-current");
    if (staged) for (let k = Math.min(now, i) + 1; k <= Math.max(now, i); k++) lines[k].classList.toggle("future", k > i);
    now = i;
    const li = lines[i];
    if (li) {
      li.classList.add("now");
      li.setAttribute("aria-current", "true");
      li.scrollIntoView({ block: "nearest", behavior: manual || calm.matches ? "auto" : "smooth" });
      if (manual) {
        $("spoken").textContent = li.innerText;
        history.replaceState(null, "", li.id ? "#" + li.id : "#");
      }
    }
    bar();
  }

  // stage hides what has not been said, or shows all again.
  function stage(on) {
    if (staged === on) return;
    staged = on;
    for (let k = 0; k < lines.length; k++) lines[k].classList.toggle("future", on && k > now);
    for (const s of document.querySelectorAll("main section")) headings(s);
    bar();
  }

  // headings of chapters that have not begun are not shown either.
  function headings(s) {
    const first = s.querySelector("ol > li");
    s.classList.toggle("future", staged && first !== null && first.classList.contains("future"));
  }

  function bar() {
    if (staged) for (const s of document.querySelectorAll("main section")) headings(s);
    $("where").textContent = (now + 1) + "/" + lines.length + "  " + clock(times[Math.max(0, now)]) + (loop ? "  ↻" : "");
    $("seek").value = now + 1;
    $("play").firstElementChild.textContent = playing ? "❚❚" : "▶";
    for (const s of $("play").querySelectorAll("span[lang]")) s.textContent = s.lang === "zh" ? (playing ? "暂停" : "播放") : playing ? "Pause" : "Play";
    $("speed").selectedIndex = speeds.indexOf(speed);
    for (const [id, part] of [["hex", "hexdump"], ["decode", "decoded"]]) {
      $(id).setAttribute("aria-pressed", String(!!lines[now]?.querySelector(":scope > ." + part)));
    }
  }

  function play(on) {
    clearTimeout(timer);
    if (on && calm.matches) { stage(true); show(now + 1, true); return; } // nothing moves by itself: one step
    playing = on;
    if (on) {
      if (now >= lines.length - 1) now = -1, staged = false;
      stage(true);
      next();
    }
    bar();
  }

  // next waits as long as the pause was, and goes on.
  function next() {
    let to = now + 1;
    if (loop && now >= 0 && chapter(to) !== chapter(now)) to = lines.indexOf(chapter(now).querySelector("ol > li"));
    if (to >= lines.length) return play(false);
    const pause = to > now && now >= 0 ? Math.min(times[to] - times[now], idles[idle]) / speed : 300;
    timer = setTimeout(() => { show(to, false); if (playing) next(); }, pause);
  }

  function step(by) { if (playing) play(false); stage(staged || by > 0 && now < 0); show(now + by, true); }
  function goto(i) { if (i >= 0 && i < lines.length) { if (playing) play(false); show(i, true); } }
  function seekClass(name, by) {
    for (let i = now + by; i >= 0 && i < lines.length; i += by) if (lines[i].classList.contains(name)) return goto(i);
  }
  function seekChapter(by) {
    const firsts = [...document.querySelectorAll("main section > ol:first-of-type > li:first-child")].map((li) => lines.indexOf(li));
    const i = by > 0 ? firsts.find((f) => f > now) : firsts.findLast((f) => f < now);
    if (i !== undefined) goto(i);
  }
  function find(word, by) {
    if (!word) return;
    last = word;
    const regex = word.length > 1 && word.startsWith("/") ? pattern(word.slice(1).replace(/\/$/, "")) : null;
    const fits = (s) => regex ? regex.test(s) : s.toLowerCase().includes(word.toLowerCase());
    for (let k = 1; k <= lines.length; k++) {
      const i = ((now + by * k) % lines.length + lines.length) % lines.length;
      if (fits(lines[i].innerText || lines[i].textContent)) return goto(i);
    }
  }
  function pattern(s) { try { return new RegExp(s, "i"); } catch { return null; } }

  // place reads 57, 1:30 or the name of a chapter.
  function place(word) {
    const time = /^(\d+):(\d+(?:\.\d+)?)$/.exec(word);
    if (time) return goto(times.findIndex((t) => t >= Number(time[1]) * 60000 + Number(time[2]) * 1000));
    if (/^\d+$/.test(word)) return goto(lines.findIndex((li) => li.id === "e" + word));
    const h = [...document.querySelectorAll("main h2")].find((h) => h.textContent.toLowerCase().includes(word.toLowerCase()));
    if (h) goto(lines.indexOf(h.parentElement.querySelector("ol > li")));
  }
  function ask(going) {
    $("ask").hidden = false;
    $("ask").className = going ? "going" : "finding";
    $("word").value = "";
    $("word").focus();
  }

  // bytes gives the exact bytes of a line: text as UTF-8, what was made visible turned back.
  function bytes(li) {
    const code = li.querySelector(":scope > p > code"), out = [];
    if (!code) return out;
    const utf8 = new TextEncoder();
    const marks = /\\x([0-9A-F]{2})|\\u\{([0-9A-F]+)\}|→   |./gsu;
    const walk = (node) => {
      for (const n of node.childNodes) {
        if (n.nodeType === Node.TEXT_NODE) out.push(...utf8.encode(n.data));
        else if (n.className === "hid") out.push(...utf8.encode("********"));
        else if (n.nodeName === "I") for (const m of n.textContent.matchAll(marks)) {
          if (m[1]) out.push(parseInt(m[1], 16));
          else if (m[2]) out.push(...utf8.encode(String.fromCodePoint(parseInt(m[2], 16))));
          else out.push(...utf8.encode(m[0] === "→   " ? "\t" : m[0]));
        } else walk(n);
      }
    };
    walk(code);
    const end = li.dataset.end;
    return out.concat(end === undefined ? [13, 10] : end === "lf" ? [10] : []);
  }
  function hexdump(li) {
    const all = bytes(li), rows = [], wide = matchMedia("(max-width: 48rem)").matches ? 8 : 16;
    for (let i = 0; i < all.length; i += wide) {
      const row = all.slice(i, i + wide);
      rows.push(i.toString(16).padStart(4, "0") + "  " + row.map((b) => b.toString(16).padStart(2, "0")).join(" ").padEnd(3 * wide) +
        " |" + row.map((b) => b >= 32 && b < 127 ? String.fromCharCode(b) : ".").join("") + "|");
    }
    return rows.join("\n");
  }
  function decoded(li) {
    const words = new TextDecoder("latin1").decode(new Uint8Array(bytes(li))).match(/[A-Za-z0-9+/]{4,}={0,2}/g) || [];
    return words.map((w) => [w, plain(w)]).filter(([, s]) => s).map(([w, s]) => w + " = " + s).join("\n") || "—";
  }
  function plain(word) {
    let raw;
    try { raw = Uint8Array.from(atob(word), (c) => c.charCodeAt(0)); } catch { return ""; }
    let s;
    try { s = new TextDecoder("utf-8", { fatal: true }).decode(raw); } catch { return ""; }
    return s.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => c === "\0" ? "\\0" : "\\u{" + c.codePointAt(0).toString(16).toUpperCase() + "}");
  }

  // unfold shows below the line that speaks what make gives, or takes it away.
  function unfold(name, make) {
    const li = lines[now] || lines[0];
    if (now < 0) show(0, true);
    const there = li.querySelector(":scope > ." + name);
    if (there) { there.remove(); return bar(); }
    if (!li.querySelector(":scope > p > code")) return;
    const pre = document.createElement("pre");
    pre.className = "dump " + name;
    pre.textContent = make(li);
    pre.tabIndex = 0;
    li.append(pre);
    $("spoken").textContent = pre.textContent;
    bar();
  }
  function notes() {
    const all = ["full", "brief", "off"];
    const at = all.findIndex((id) => $(id).checked);
    $(all[(at + 1) % 3]).click();
  }
  function faster(by) { speed = speeds[Math.max(0, Math.min(speeds.length - 1, speeds.indexOf(speed) + by))]; bar(); }
  function leave() { if (playing) play(false); stage(false); $("ask").hidden = true; }
  function help() { $("help").open ? $("help").close() : $("help").showModal(); }
  function unfocus() { if ($("help").contains(document.activeElement)) document.activeElement.blur(); } // or Space would press Close again

  const keys = {
    " ": () => play(!playing), ".": () => step(1), ArrowRight: () => step(1), Enter: () => step(1), ",": () => step(-1), ArrowLeft: () => step(-1),
    n: () => seekClass("cmd", 1), p: () => seekClass("cmd", -1), e: () => seekClass("wrong", 1), E: () => seekClass("wrong", -1),
    "]": () => seekChapter(1), "[": () => seekChapter(-1), "+": () => faster(1), "-": () => faster(-1), "=": () => { speed = 1; bar(); },
    i: () => { idle = (idle + 1) % idles.length; }, g: () => goto(0), G: () => goto(lines.length - 1), ":": () => ask(true), "/": () => ask(false), N: () => find(last, -1),
    a: notes, x: () => unfold("hexdump", hexdump), b: () => unfold("decoded", decoded), l: () => { loop = !loop; bar(); },
    q: leave, Escape: leave, h: help, "?": help,
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const at = e.target;
    if ($("help").open && e.key !== "h" && e.key !== "?") return;
    if (at === $("word")) { if (e.key === "Escape") { $("ask").hidden = true; at.blur(); } return; }
    if (at.matches("select, input") && (at.type !== "radio" || e.key.startsWith("Arrow") || e.key === " ")) return;
    if (at.matches("button, a") && at.checkVisibility() && (e.key === "Enter" || e.key === " ")) return;
    const does = /^[0-9]$/.test(e.key) ? () => goto(Math.floor(lines.length * Number(e.key) / 10)) : Object.hasOwn(keys, e.key) ? keys[e.key] : null;
    if (!does) return;
    e.preventDefault();
    does();
  });
  const on = (id, what, f) => $(id).addEventListener(what, f);
  on("back", "click", () => step(-1));
  on("step", "click", () => step(1));
  on("play", "click", () => play(!playing));
  on("hex", "click", keys.x);
  on("decode", "click", keys.b);
  on("all", "click", leave);
  on("keyhelp", "click", help);
  on("help", "close", unfocus);
  on("seek", "input", () => { if (playing) play(false); show(Number($("seek").value) - 1, true); });
  on("speed", "change", () => { speed = speeds[$("speed").selectedIndex]; });
  on("ask", "submit", (e) => {
    e.preventDefault();
    const word = $("word").value.trim(), going = $("ask").className === "going";
    $("ask").hidden = true;
    $("word").blur();
    going ? place(word) : find(word, 1);
  });
  document.querySelector("main").addEventListener("click", (e) => {
    const i = lines.indexOf(e.target.closest("main ol > li"));
    if (i >= 0 && !playing && !e.target.closest("a") && getSelection().isCollapsed) show(i, true);
  });
  for (const id of ["en", "zh"]) on(id, "change", () => { document.documentElement.lang = id; });
  const want = new URLSearchParams(location.search).get("lang");
  if (want === "en" || want === "zh") $(want).click();
  document.documentElement.lang = $("zh").checked ? "zh" : "en";
  const here = () => { const i = lines.findIndex((li) => "#" + li.id === location.hash); if (i >= 0) show(i, true); };
  addEventListener("hashchange", here);
  $("seek").max = lines.length;
  $("player").hidden = false;
  document.body.classList.add("scripted");
  here();
  bar();
})();
