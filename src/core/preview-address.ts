// Which addresses a link preview may ask for, told by how they are written.
import ipaddr from 'ipaddr.js'
import { ChatError } from '../contract/errors.ts'

/** Names that mean this machine or this network, and whatever ends in one of them. */
const localNames = [
  ...['localhost', 'localdomain', 'local', 'internal', 'intranet', 'private', 'corp', 'home'],
  ...['lan', 'home.arpa', 'onion', 'metadata.goog'],
  // Public names whose whole purpose is to resolve to an address of one's own network.
  ...['nip.io', 'sslip.io', 'xip.io', 'localtest.me', 'lvh.me', 'vcap.me', 'lacolhost.com'],
]

/** Azure answers its virtual machines here, with a public address. */
const azurePlatform = '168.63.129.16'

/** The only addresses of IPv6 that are routed between networks today. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * The address to ask for, without fragment and in its one spelling: the URL parser turns decimal,
 * octal, hexadecimal, shortened, percent-encoded and full-width notations into the same address.
 * Throws `forbidden_address` for what must not be asked, `invalid` for what is no address at all.
 *
 * A name cannot be resolved in a Worker, so a public name for a private address passes here. What
 * stops it is the network: Cloudflare's `fetch` does not reach private addresses, and `npm start`
 * gives previews a network that refuses them once a name is resolved (src/cli/server.ts).
 *
 * `allowed` holds `host:port` pairs that may be asked although they are private.
 */
export function previewAddress(text: string, allowed: ReadonlySet<string>): URL {
  if (!URL.canParse(text)) {
    if (/^\s*https?:/i.test(text)) refuse('it is written like no address')
    throw new ChatError('invalid', 'url: must be an absolute http(s) address')
  }
  const address = new URL(text)
  if (address.protocol !== 'http:' && address.protocol !== 'https:')
    refuse('only http and https addresses are asked')
  if (address.username !== '' || address.password !== '') refuse('it holds a name or a password')
  address.hash = ''
  if (allowed.has(hostAndPort(address))) return address
  const port = Number(portOf(address))
  if (port !== 80 && port !== 443 && port < 1024) refuse(`port ${port} is not for pages`)
  const name = address.hostname.replace(/\.$/, '')
  if (!isPublicHost(name)) refuse('it is not on the public internet')
  address.hostname = name
  return address
}

/** How `PREVIEW_ALLOW_HOSTS` and an address name the same place. */
export const hostAndPort = (address: URL) => `${address.hostname}:${portOf(address)}`

function isPublicHost(name: string): boolean {
  if (name.startsWith('[')) return isPublicV6(name.slice(1, -1))
  if (ipaddr.IPv4.isValid(name))
    return name !== azurePlatform && ipaddr.IPv4.parse(name).range() === 'unicast'
  const labels = name.split('.')
  // A name of one label is found through the search list of this network, if at all.
  if (labels.length < 2 || labels.includes('')) return false
  return !localNames.some((local) => name === local || name.endsWith(`.${local}`))
}

/** Addresses that hold one of IPv4 (mapped, NAT64, 6to4, Teredo) have a range of their own. */
function isPublicV6(text: string): boolean {
  if (!ipaddr.IPv6.isValid(text)) return false
  const address = ipaddr.IPv6.parse(text)
  return address.range() === 'unicast' && address.match(globalUnicast)
}

const portOf = ({ port, protocol }: URL) => port || (protocol === 'https:' ? '443' : '80')

function refuse(why: string): never {
  throw new ChatError('forbidden_address', `this address is not asked for anything: ${why}`)
}
