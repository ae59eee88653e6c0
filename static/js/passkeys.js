// A form asks the browser for a key and posts its answer.

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  return answer.json();
}

async function answer(form) {
  const { publicKey } = await optionsOf(form);
  const [read, ask] =
    form.dataset.passkey === "make" ? ["parseCreationOptionsFromJSON", "create"] : ["parseRequestOptionsFromJSON", "get"];
  const credential = await navigator.credentials[ask]({ publicKey: PublicKeyCredential[read](publicKey) });
  const field = form.elements.namedItem("credential");
  field.disabled = false;
  field.value = JSON.stringify(credential);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  // Other browsers than those since 2025 do without.
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector("[data-passkey-problem]");
    problem.hidden = true;
    try {
      await answer(form);
    } catch {
      problem.textContent = form.dataset.problem;
      problem.hidden = false;
    }
  });
}
