/* Sends messages without loading the page anew. What is said comes from the server as finished
   pieces of page, so that a reload and the plain form show the same. */
"use strict";

(() => {
  const PATIENCE = 20000; // milliseconds until a message counts as not delivered
  const OUTBOX = "banshi.outbox";
  const YEAR = 31536000; // seconds

  const log = document.getElementById("log");
  const composer = document.getElementById("composer");
  const text = document.getElementById("text");
  const error = document.getElementById("error");
  const upload = document.getElementById("upload");
  const picker = document.getElementById("file");
  let queue = Promise.resolve();

  const copyOf = (id) => document.getElementById(id).content.cloneNode(true);

  /* Messages not yet answered are kept over a reload. */
  const outbox = {
    read() {
      try {
        return JSON.parse(sessionStorage.getItem(OUTBOX)) || [];
      } catch {
        return [];
      }
    },
    write(messages) {
      try {
        sessionStorage.setItem(OUTBOX, JSON.stringify(messages));
      } catch {
        /* storage is off or full: the message still stands in the page */
      }
    },
    put(message) {
      this.write([...this.read().filter((other) => other.id !== message.id), message]);
    },
    drop(message) {
      this.write(this.read().filter((other) => other.id !== message.id));
    },
  };

  const newId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const post = async (message) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      return await fetch(composer.action, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ text: message.text, choice: message.choice, message_id: message.id }),
        signal: patience.signal,
      });
    } finally {
      clearTimeout(timer);
    }
  };

  /* The reply's html; null when the server could not be reached or could not answer. */
  const ask = async (message) => {
    try {
      const response = await post(message);
      if (response.status >= 500) return null;
      const answer = await response.json();
      return shownAnswer(response.ok, answer);
    } catch {
      return null;
    }
  };

  const limit = () => Number(composer.dataset.limit);

  /* The answer's html, or its refusal; signing in brings longer messages and the file button. */
  const shownAnswer = (ok, answer) => {
    if (!ok) {
      const refusal = document.createElement("p");
      refusal.className = "reply text";
      refusal.textContent = answer.error.message;
      return refusal.outerHTML;
    }
    composer.dataset.limit = answer.limit;
    upload.hidden = !answer.staff;
    return answer.html;
  };

  const show = (element) => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  };

  const deliver = async (message, exchange) => {
    const html = await ask(message);
    exchange.querySelector(".waiting").hidden = true;
    if (html === null) {
      exchange.append(copyOf("failed-template"));
      exchange.querySelector(".retry").addEventListener("click", () => retry(message, exchange));
      return;
    }
    outbox.drop(message);
    exchange.insertAdjacentHTML("beforeend", html);
    show(exchange);
  };

  const enqueue = (message, exchange) => {
    queue = queue.then(() => deliver(message, exchange));
  };

  const retry = (message, exchange) => {
    const held = exchange.contains(document.activeElement);
    exchange.querySelector(".failed").remove();
    exchange.querySelector(".waiting").hidden = false;
    if (held) text.focus({ preventScroll: true });
    enqueue(message, exchange);
  };

  const addExchange = (message) => {
    document.getElementById("latest")?.removeAttribute("id");
    log.append(copyOf("exchange-template"));
    const exchange = log.lastElementChild;
    exchange.id = "latest";
    exchange.querySelector(".words").textContent = message.said;
    return exchange;
  };

  const send = (message) => {
    outbox.put(message);
    const exchange = addExchange(message);
    show(exchange);
    enqueue(message, exchange);
  };

  const say = (words, choice, said) => send({ id: newId(), text: words, choice, said });

  const complain = (words) => {
    error.textContent = words;
    text.setAttribute("aria-invalid", words ? "true" : "false");
  };

  const submit = () => {
    const words = text.value.trim();
    if (!words) return text.focus();
    if ([...words].length > limit()) {
      const why = document.getElementById("too-long-template").content.textContent;
      complain(why.replace("{limit}", limit()));
      return text.focus();
    }
    complain("");
    text.value = "";
    grow();
    text.focus({ preventScroll: true });
    return say(words, "", words);
  };

  const MOST_ROWS = 6;
  const grow = () => {
    text.rows = 1;
    while (text.rows < MOST_ROWS && text.scrollHeight > text.clientHeight) text.rows += 1;
  };

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });

  text.addEventListener("input", () => {
    grow();
    if ([...text.value.trim()].length <= limit()) complain("");
  });

  text.addEventListener("keydown", (event) => {
    // While an input method composes, Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });

  log.addEventListener("click", (event) => {
    const button = event.target.closest(".choices button");
    if (!button) return;
    event.preventDefault();
    const said = button.textContent.trim();
    if (button.name === "choice") say("", button.value, said);
    else say(button.value, "", said);
  });

  /* Files go at once, with a bar that fills; fetch cannot tell how much has gone. */
  const transfer = (file, id, bar) =>
    new Promise((done) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append("message_id", id);
      body.append("file", file);
      request.open("POST", upload.action);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      });
      request.addEventListener("load", () => {
        const told = request.status < 500 && request.response;
        done(told ? shownAnswer(request.status < 400, request.response) : null);
      });
      for (const end of ["error", "abort"]) request.addEventListener(end, () => done(null));
      request.send(body);
    });

  const deliverFile = async (file, id, exchange) => {
    exchange.querySelector(".waiting").before(copyOf("uploading-template"));
    const shown = exchange.querySelector(".uploading");
    const html = await transfer(file, id, shown.querySelector("progress"));
    shown.remove();
    exchange.querySelector(".waiting").hidden = true;
    if (html === null) {
      exchange.append(copyOf("failed-template"));
      exchange.querySelector(".retry").addEventListener("click", () => {
        exchange.querySelector(".failed").remove();
        exchange.querySelector(".waiting").hidden = false;
        queue = queue.then(() => deliverFile(file, id, exchange));
      });
      return;
    }
    exchange.insertAdjacentHTML("beforeend", html);
    show(exchange);
  };

  const sendFile = () => {
    const [file] = picker.files;
    picker.value = "";
    if (!file) return;
    if (file.size > Number(picker.dataset.limit)) {
      complain(document.getElementById("too-large-template").content.textContent);
      return;
    }
    complain("");
    const exchange = addExchange({ said: file.name });
    show(exchange);
    const id = newId();
    queue = queue.then(() => deliverFile(file, id, exchange));
  };

  upload.classList.add("scripted");
  picker.addEventListener("change", sendFile);
  picker.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return; // which browsers take for sending the form
    event.preventDefault();
    picker.click();
  });
  upload.addEventListener("submit", (event) => event.preventDefault());

  document.getElementById("type-size").addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.currentTarget.querySelector("button");
    const large = document.documentElement.classList.toggle("large");
    button.setAttribute("aria-pressed", String(large));
    button.value = large ? "" : "large";
    document.cookie = `banshi_type=${large ? "large" : ""}; path=/; max-age=${YEAR}; samesite=lax`;
    grow();
  });

  addEventListener("online", () => {
    for (const button of log.querySelectorAll(".retry")) button.click();
  });

  const answered = new Set(Array.from(log.querySelectorAll(".exchange"), (exchange) => exchange.dataset.message));
  for (const message of outbox.read()) {
    if (answered.has(message.id)) outbox.drop(message);
    else enqueue(message, addExchange(message));
  }
  const latest = document.getElementById("latest");
  if (latest) latest.scrollIntoView({ block: "start" });
})();
