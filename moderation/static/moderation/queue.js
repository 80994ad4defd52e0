// The queues of cases and appeals by keyboard (docs/moderation.md lists the keys). Without this script the same is done by its forms.
"use strict";

(() => {
  const REASON_OF = { dismiss: "no_violation" };
  const queue = document.getElementById("queue");
  const status = document.getElementById("queue-status");

  function toggle(button, area) {
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    if (area) area.classList.toggle("veiled", !shown);
  }

  document.addEventListener("click", (event) => {
    const veil = event.target.closest(".veil");
    if (veil) return toggle(veil, veil.querySelector("span"));
    const all = event.target.closest(".veil-all");
    if (all) return toggle(all, all.nextElementSibling);
    const hidden = event.target.closest(".private");
    if (hidden) return reveal(hidden.closest(".case"));
    const act = event.target.closest("[data-action]");
    if (act) return decide(act.closest(".case"), act.dataset.action);
    const card = event.target.closest(".case");
    if (card && !event.target.closest("a, input, button")) select(card);
  });

  if (!queue) return;
  const token = queue.querySelector("[name=csrfmiddlewaretoken]").value;
  const keys = Object.fromEntries([...queue.querySelectorAll("button[data-action]")].map((one) => [one.dataset.key, one.dataset.action]));
  const reasons = [...document.querySelectorAll("#bulk-reason option")].map((one) => ({ key: one.value, title: one.textContent }));
  const made = [];
  let pending = 0;
  let current = null;

  const cards = () => [...queue.querySelectorAll(".case:not([hidden])")];
  const say = (words) => { status.textContent = words; };

  function select(card) {
    if (current) current.removeAttribute("aria-current");
    current = card || null;
    if (!card) return;
    card.setAttribute("aria-current", "true");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const all = cards();
    const place = all.indexOf(current);
    select(all[Math.min(Math.max(place + step, 0), all.length - 1)]);
  }

  async function send(address, fields) {
    pending += 1;
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": token },
        body: new URLSearchParams(fields),
      });
      const isJson = (answer.headers.get("Content-Type") || "").includes("json");
      const told = isJson ? await answer.json() : { detail: `The server answered ${answer.status}.` };
      return { ok: answer.ok && isJson, status: answer.status, ...told };
    } catch (error) {
      return { ok: false, detail: "The server cannot be reached." };
    } finally {
      pending -= 1;
    }
  }

  async function reveal(card) {
    const area = card.querySelector(".case-content");
    const veil = area.querySelector(".veil");
    if (veil) return toggle(veil, veil.querySelector("span"));
    if (!area.querySelector(".private")) return;
    const answer = await fetch(card.dataset.content);
    const text = await answer.text();
    if (!answer.ok) return say(text);
    area.innerHTML = text;
    const fresh = area.querySelector(".veil");
    if (fresh) toggle(fresh, fresh.querySelector("span"));
  }

  async function play(card) {
    const veil = card.querySelector(".veil");
    if (!veil || veil.getAttribute("aria-pressed") !== "true") await reveal(card);
    const film = card.querySelector(".film video");
    if (!film) return say("There is no video.");
    if (!film.paused) return film.pause();
    film.scrollIntoView({ block: "nearest" });
    film.play().catch(() => say("The video cannot be played."));
  }

  async function decide(card, action, days) {
    if (!card || card.hidden || !card.dataset.actions.split(" ").includes(action)) return;
    const all = cards();
    const place = all.indexOf(card);
    card.querySelector(".film video")?.pause();
    card.hidden = true;
    select(all[place + 1] || all[place - 1]);
    const reason = REASON_OF[action] || card.dataset.reason;
    const fields = { action };
    if (reason) fields.reason = reason;
    if (days) fields.days = days;
    const told = await send(card.dataset.decide, fields);
    say(told.detail);
    if (told.ok) made.push({ decision: told.decision, card });
    else if (told.status === 409) card.remove(); // somebody else decided it
    else { card.hidden = false; select(card); }
    if (!cards().length && !pending) goOn();
  }

  function goOn() {
    const next = document.getElementById("queue-next");
    if (next) location.reload();
    else say(`${status.textContent} The queue is empty.`);
  }

  async function undo() {
    const last = queue.dataset.undo && made.pop();
    if (!last) return say("There is nothing to take back on this page.");
    const told = await send(queue.dataset.undo.replace("/0/", `/${last.decision}/`), {});
    say(told.detail);
    if (told.ok) { last.card.hidden = false; select(last.card); } else made.push(last);
  }

  async function claim(card) {
    const label = card.querySelector(".claim");
    if (!label) return;
    const mine = label.textContent.trim() === "yours";
    const told = await send(mine ? card.dataset.release : card.dataset.claim, {});
    say(told.detail);
    if (told.ok) label.textContent = mine ? "" : "yours";
  }

  function choose(number) {
    const reason = reasons[number - 1];
    if (!reason) return;
    current.dataset.reason = reason.key;
    current.querySelector(".reason").textContent = reason.title;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    const key = event.key;
    if (key === "?") document.getElementById("queue-help").toggleAttribute("open");
    else if (key === "j") move(1);
    else if (key === "k") move(-1);
    else if (key === "u") undo();
    else if (!current) return;
    else if (key === " ") { if (event.target.closest("button, summary, a, input")) return; reveal(current); }
    else if (key === "o") location.href = current.querySelector("a.open").href;
    else if (key === "v") play(current);
    else if (key === "c") claim(current);
    else if (key === "x") current.querySelector("input[type=checkbox]")?.click();
    else if (/^[1-9]$/.test(key)) choose(Number(key));
    else if (key === "S") decide(current, "suspend");
    else if (keys[key]) decide(current, keys[key], keys[key] === "suspend" ? "7" : "");
    else return;
    event.preventDefault();
  });

  select(cards()[0]);
})();
