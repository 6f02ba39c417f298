// Shows what the backend says about itself, and asks again every ten seconds.

const EVERY_MS = 10_000;
const TIMEOUT_MS = 5_000;

/** The JSON at an address, whatever the status; null when there is no answer or it is not JSON. */
async function ask(address) {
  try {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    return await answer.json();
  } catch {
    return null;
  }
}

function show(id, text, good) {
  const element = document.getElementById(id);
  element.textContent = text;
  element.dataset.state = good ? "good" : "bad";
}

function showCheck(id, check) {
  const good = check?.status === "healthy";
  show(id, good ? `healthy, ${check.response_time_ms} ms` : (check?.error ?? "no answer"), good);
}

async function refresh() {
  const [own, version, detailed, readiness] = await Promise.all([
    ask("version.json"),
    ask("api/version"),
    ask("health/detailed"),
    ask("health/readiness"),
  ]);
  show("frontend", own?.version ?? "unknown", own !== null);
  show("backend", version?.version ?? "no answer", version !== null);
  showCheck("database", detailed?.checks?.database);
  showCheck("redis", detailed?.checks?.redis);
  const ready = readiness?.status === "ready";
  show("migrations", ready ? readiness.db_version : (readiness?.reason ?? "no answer"), ready);
  const good = ready && detailed?.status === "healthy";
  show("summary", good ? "Everything works." : "Something is wrong.", good);
  setTimeout(refresh, EVERY_MS);
}

refresh();
