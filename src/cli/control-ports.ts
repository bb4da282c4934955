/** The TCP ports that the agent itself must reach: those of its repository and of the proxy on the way there. */

const defaultPorts: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80, 'ssh:': 22 }

/** Empty for a local repository. @param environment for HTTP_PROXY and HTTPS_PROXY in either case */
export function controlPorts(
  repositoryUrl: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly number[] {
  const own = portOf(repositoryUrl)
  const variable = repositoryUrl.startsWith('https:')
    ? 'HTTPS_PROXY'
    : repositoryUrl.startsWith('http:')
      ? 'HTTP_PROXY'
      : ''
  const proxy = environment[variable] ?? environment[variable.toLowerCase()]
  return [...new Set([own, proxy === undefined ? undefined : portOf(proxy)])].filter((port) => port !== undefined)
}

function portOf(url: string): number | undefined {
  if (/^[^/:]+@?[^/:]*:(?!\/\/)/.test(url)) return defaultPorts['ssh:']
  if (!URL.canParse(url)) return undefined
  const { protocol, port } = new URL(url)
  return port === '' ? defaultPorts[protocol] : Number(port)
}
