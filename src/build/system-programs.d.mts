/** The types of system-programs.mjs, which runs before there is a compiler. */

/** Program -> the Debian package that has it. */
export type WantedPrograms = Readonly<Record<string, string>>

export function missingPrograms(wanted?: WantedPrograms): readonly string[]
export function installMissingPrograms(wanted?: WantedPrograms): readonly string[]
