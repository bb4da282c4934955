/** What a person with plain nft might have: a table of chains behind a verdict map, and the script that writes one chain anew. */

const rulesPerChain = 20

/** Loads with `nft -f`. */
export function plainTable(chains: number): string {
  const numbers = Array.from({ length: chains }, (_, at) => at)
  const bodies = numbers.map(
    (at) =>
      `  chain c${at} {\n${rules(at, 0)
        .map((rule) => `    ${rule}\n`)
        .join('')}  }\n`,
  )
  const entries = numbers.map((at) => `${at} : jump c${at}`).join(', ')
  const dispatch = `  chain input {\n    type filter hook input priority 0; policy accept;\n    meta mark vmap { ${entries} }\n  }\n`
  return `table inet plain {\n${bodies.join('')}${dispatch}}\n`
}

/** One chain in the middle gets as many other rules. */
export function plainChange(chains: number, edition: number): string {
  const at = Math.floor(chains / 2)
  const added = rules(at, edition).map((rule) => `add rule inet plain c${at} ${rule}\n`)
  return `flush chain inet plain c${at}\n${added.join('')}`
}

function rules(chain: number, edition: number): readonly string[] {
  return Array.from({ length: rulesPerChain }, (_, at) => {
    const number = chain * rulesPerChain + at
    const net = `172.${16 + (Math.floor(number / 256) % 16)}.${number % 256}.0/24`
    return `ip saddr ${net} tcp dport ${1024 + (number % 16_000) + edition} counter accept`
  })
}
