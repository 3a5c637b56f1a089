// Connects Swagger UI with the address and the key of the form, and with the colours of the site.
"use strict";
(async () => {
  const USUAL = "http://127.0.0.1:8020";
  const LOCAL = /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/;
  const root = document.getElementById("explorer");
  const form = document.querySelector(".explorer-target");
  const status = form.querySelector("[role=status]");
  const { server, key } = form.elements;

  const follow = () => document.documentElement.classList.toggle("dark-mode", document.body.dataset.mdColorScheme === "slate");
  new MutationObserver(follow).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
  follow();

  server.value = new URLSearchParams(location.search).get("server") || USUAL;
  key.value = "any-key";

  const openapi = await (await fetch(root.dataset.document)).json();
  const at = (url) => ({ ...openapi, servers: [{ url, description: "The simulator." }] });
  const ui = SwaggerUIBundle({
    domNode: root,
    spec: at(USUAL),
    deepLinking: true,
    docExpansion: "list",
    tryItOutEnabled: true,
    syntaxHighlight: { theme: "tomorrow-night" }, // the usual one's numbers are too dark
    validatorUrl: null, // it would send the document elsewhere
    requestInterceptor: withoutEmptyFields,
    onComplete: apply,
  });

  // Swagger UI would send each field that was left empty, as an empty one.
  function withoutEmptyFields(request) {
    if (request.body instanceof FormData) {
      const empty = [...request.body].filter(([, value]) => value === "").map(([name]) => name);
      empty.forEach((name) => request.body.delete(name));
    }
    return request;
  }

  // Where calls go, and with which key; returns the address, or nothing where it cannot be used.
  function apply() {
    const url = server.value.trim().replace(/\/+$/, "");
    if (!LOCAL.test(url)) {
      status.textContent = `This page calls nothing but a simulator on this machine: give its address, such as ${USUAL}`;
      return null;
    }
    ui.specActions.updateJsonSpec(at(url));
    ui.preauthorizeApiKey("bearer", key.value);
    return url;
  }

  async function look(url) {
    status.textContent = "Looking ...";
    try {
      const answer = await fetch(`${url}/_simulator/state`, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      status.textContent = `The simulator at ${url} answers.`;
    } catch {
      status.textContent = `Nothing answers at ${url}. Is the simulator running?`;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const url = apply();
    if (url) look(url);
  });
})();
