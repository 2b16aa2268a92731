/** A plan as JSON, for `check --json` and for programs that compare plans. */
import type { Plan } from "../ceremony/plan-types.ts";

export function planDocument(plan: Plan): unknown {
  const { script } = plan;
  return {
    ceremony: script.ceremony,
    title: script.title,
    profile: script.profile,
    kind: plan.kind,
    window: script.window,
    previous: [...plan.previous.values()].map(({ role, version, sha256 }) => ({ role, version, sha256 })),
    pins: { kit: script.pins.kit ?? null, modules: Object.fromEntries(script.pins.modules) },
    people: [...script.people.values()],
    keys: [...plan.keys.values()].map(({ key, knownKeyid, roles }) => ({
      ...key,
      keyid: knownKeyid ?? null,
      roles,
    })),
    roles: [...script.roles.values()],
    documents: plan.documents,
    steps: plan.steps,
    minutes: plan.steps.reduce((sum, { minutes }) => sum + minutes, 0),
  };
}
