/**
 * Nothing where the module of an offline half has all that is wanted of it; else a property that nobody can write, whose name is
 * what the compiler then says. `never` stands for a module that was not named.
 */
export type OfflineCheck<Offline, Wanted> = [Offline] extends [never]
  ? { readonly 'expected the type argument typeof import("./offline.ts")': never }
  : [Offline] extends [Wanted]
    ? unknown
    : {
        readonly 'offline.ts lacks a part, a value for a secret, or what the documentation says of a variable or setting': never
      }
