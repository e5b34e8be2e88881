// Which addresses a preview may ask for: private ones are refused, however they are written.
import { describe, expect, test } from 'vitest'
import { errorBody } from '../../../src/contract/errors.ts'
import { previewAddress } from '../../../src/core/preview-address.ts'

const none: ReadonlySet<string> = new Set()

function answer(text: string, allowed = none): string {
  try {
    return previewAddress(text, allowed).href
  } catch (error) {
    return errorBody(error).code
  }
}

describe('a forbidden address is', () => {
  test.each([
    // loopback
    'http://127.0.0.1/',
    'http://127.0.0.1:8080/admin',
    'https://127.0.0.1/',
    'http://127.255.255.254/',
    'http://127.1/',
    'http://127.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7F.0x0.0x0.0x1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://0x7f.1/',
    'http://127.0.0.1./',
    'http://127.0.0.1../',
    'http://①②⑦.⓪.⓪.①/',
    'http://127。0。0。1/',
    'http://１２７.0.0.1/',
    'http://%31%32%37.0.0.1/',
    'http:\\\\127.0.0.1\\',
    'http:127.0.0.1',
    'http:///127.0.0.1/',
    'ht\ntp://127.0.\t0.1/',
    '  http://127.0.0.1/  ',
    'HTTP://127.0.0.1/',
    // this machine by other numbers
    'http://0/',
    'http://0.0.0.0/',
    'http://00000000/',
    'http://[::]/',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[0000::0001]:8080/',
    'http://[::1%25lo]/',
    // IPv4 inside IPv6
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[0:0:0:0:0:ffff:127.0.0.1]/',
    'http://[::127.0.0.1]/',
    'http://[::ffff:0:127.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[64:ff9b:1::a00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:7f00:1::]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::ffff:8.8.8.8]/',
    // private networks
    'http://10.0.0.1/',
    'http://10.255.255.255/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.0.1/',
    'http://192.168.1/',
    'http://0xc0a80001/',
    'http://3232235521/',
    'http://100.64.0.1/',
    'http://198.18.0.1/',
    'http://192.0.0.1/',
    'http://192.0.2.1/',
    'http://224.0.0.1/',
    'http://240.0.0.1/',
    'http://255.255.255.255/',
    'http://[fc00::1]/',
    'http://[fd12:3456:789a::1]/',
    'http://[fe80::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[100::1]/',
    'http://[2001:db8::1]/',
    // where clouds keep their keys
    'http://169.254.169.254/latest/meta-data/',
    'http://169.254.169.254:80/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://169.254.43518/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
    'http://192.0.0.192/',
    'http://168.63.129.16/',
    'http://metadata.google.internal/',
    'http://METADATA.google.internal./computeMetadata/v1/',
    'http://metadata.goog/',
    'http://metadata/',
    // names
    'http://localhost/',
    'http://LocalHost/',
    'http://localhost./',
    'http://localhost../',
    'http://%6c%6f%63alhost/',
    'http://ｌｏｃａｌｈｏｓｔ/',
    'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/',
    'http://local\u00adhost/',
    'http://foo.localhost/',
    'http://localhost.localdomain/',
    'http://printer.local/',
    'http://db.internal/',
    'http://router.lan/',
    'http://nas.home.arpa/',
    'http://intranet/',
    'http://ip6-localhost/',
    'http://127.0.0.1.nip.io/',
    'http://7f000001.nip.io/',
    'http://localtest.me/',
    'http://example..com/',
    'http://.../',
    // numbers that are no address
    'http://256.0.0.1/',
    'http://1.2.3.4.5/',
    'http://0x100000000/',
    'http://127.0.0.1:99999/',
    'http://',
    // not http, or with somebody's name
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_INFO',
    'javascript:alert(1)',
    'data:text/html,<title>x</title>',
    'ws://example.com/',
    'blob:http://example.com/0',
    'http://user@example.com/',
    'http://user:secret@example.com/',
    'http://:secret@example.com/',
    'http://example.com@127.0.0.1/',
    'http://example.com:80@127.0.0.1/',
    'http://127.0.0.1#@example.com/',
    'http://127.0.0.1\\@example.com/',
    // doors that are not for pages
    'http://example.com:22/',
    'http://example.com:25/',
    'http://example.com:0/',
  ])('%j', (text) => {
    expect(answer(text)).toBe('forbidden_address')
  })
})

describe('a public address is', () => {
  test.each([
    ['https://example.com', 'https://example.com/'],
    ['HTTPS://EXAMPLE.com:443/A?b=c#d', 'https://example.com/A?b=c'],
    ['http://example.com.:80/', 'http://example.com/'],
    ['http://example.com:8080/', 'http://example.com:8080/'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['http://1.1.1.1/', 'http://1.1.1.1/'],
    ['http://16843009/', 'http://1.1.1.1/'],
    ['http://172.32.0.1/', 'http://172.32.0.1/'],
    ['http://[2606:4700:4700::1111]/', 'http://[2606:4700:4700::1111]/'],
    ['https://localhost.example.com/', 'https://localhost.example.com/'],
    ['https://thelocal.se/', 'https://thelocal.se/'],
  ])('%j', (text, href) => {
    expect(answer(text)).toBe(href)
  })
})

test.each(['', 'example.com', '/path', '//example.com/', 'not a url', 'https'])(
  '%j is no address',
  (text) => {
    expect(answer(text)).toBe('invalid')
  },
)

describe('a pair that is allowed', () => {
  const allowed = new Set(['127.0.0.1:8080', '[::1]:80', 'pages.local:443'])

  test.each([
    ['http://127.0.0.1:8080/x', 'http://127.0.0.1:8080/x'],
    ['http://2130706433:8080/', 'http://127.0.0.1:8080/'],
    ['http://[::1]/', 'http://[::1]/'],
    ['https://pages.local/', 'https://pages.local/'],
    ['http://127.0.0.1/', 'forbidden_address'],
    ['http://127.0.0.1:8081/', 'forbidden_address'],
    ['http://127.0.0.2:8080/', 'forbidden_address'],
    ['http://localhost:8080/', 'forbidden_address'],
    ['http://pages.local/', 'forbidden_address'],
    ['http://user@127.0.0.1:8080/', 'forbidden_address'],
    ['ftp://127.0.0.1:8080/', 'forbidden_address'],
  ])('allows nothing else: %j', (text, href) => {
    expect(answer(text, allowed)).toBe(href)
  })
})
