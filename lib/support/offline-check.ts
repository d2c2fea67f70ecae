/**
 * Empty when the module of an offline half is complete. Otherwise requires an impossible property whose name becomes
 * the compiler error. `never` stands for a module that was not named.
 */
export type OfflineCheck<Offline, Wanted> = [Offline] extends [never]
  ? { readonly 'expected the type argument typeof import("./offline.ts")': never }
  : [Offline] extends [Wanted]
    ? unknown
    : {
        readonly 'offline.ts lacks a part, a value for a secret, or the documentation of a variable or setting': never
      }
