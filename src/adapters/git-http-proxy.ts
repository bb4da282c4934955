/** Which proxy, if any, the environment demands for an address. */

/**
 * HTTPS_PROXY and HTTP_PROXY by the address's scheme, NO_PROXY as a list of names (with their subdomains), of
 * `name:port`, or `*`; each also in lower case, which wins. Never for this machine itself. @param environment process.env
 */
export function findProxy(target: URL, environment: Readonly<Record<string, string | undefined>>): URL | undefined {
  const read = (name: string) => environment[name.toLowerCase()] || environment[name] || ''
  const address = read(target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (address === '' || isLoopback(target) || isExempt(target, read('NO_PROXY'))) return undefined
  const full = address.includes('://') ? address : `http://${address}`
  return URL.canParse(full) ? new URL(full) : undefined
}

export function isLoopback(target: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(target.hostname)
}

function isExempt(target: URL, list: string): boolean {
  const port = target.port || (target.protocol === 'https:' ? '443' : '80')
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === '*' || target.hostname === `[${entry.toLowerCase()}]`) return true
    const match = /^\*?\.?(.+?)(?::(\d+))?$/.exec(entry.toLowerCase())
    const name = match?.[1]
    if (name === undefined || (match?.[2] !== undefined && match[2] !== port)) return false
    return target.hostname === name || target.hostname.endsWith(`.${name}`)
  })
}
