// What asks this container whether it is well: Docker by HEALTHCHECK, ECS by the service's check.

const { ok } = await fetch(`http://127.0.0.1:${process.env.PORT ?? 8081}/health`, { signal: AbortSignal.timeout(2000) });
process.exit(ok ? 0 : 1);
