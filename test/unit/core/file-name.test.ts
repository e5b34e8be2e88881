// What a file may be called.
import { expect, test } from 'vitest'
import { cleanFileName, endingOf } from '../../../src/core/file-name.ts'

test.each([
  ['a.png', 'a.png'],
  [' a  b\t.png ', 'a b .png'],
  ['a\u0000b\u0007.txt', 'ab.txt'],
  ['cat\u202egnp.exe', 'catgnp.exe'],
  ['e\u0301.txt', 'é.txt'],
  ['\ud800.txt', '\ufffd.txt'],
  ['👩‍👩‍👧.png', '👩‍👩‍👧.png'],
  ['', 'file'],
  ['\u200b', 'file'],
  ['x'.repeat(300), 'x'.repeat(255)],
  [`${'🎈'.repeat(300)}.png`, `${'🎈'.repeat(251)}.png`],
])('%j is called %j', (given, name) => expect(cleanFileName(given)).toBe(name))

test.each(['/a', 'a/b', 'a\\b', '..', '.', '...', 'C:\\x', '\u202e../x'])('%j is none', (given) => {
  expect(() => cleanFileName(given)).toThrow('must be the name of a file')
})

test.each([
  ['a.PNG', 'png'],
  ['a.tar.gz', 'gz'],
  ['.profile', 'profile'],
  ['a.', ''],
  ['a', ''],
  ['Version 1.2', ''],
  ['Dr. No', ''],
  ['a.averylongword', ''],
])('%j ends in %j', (name, ending) => expect(endingOf(name)).toBe(ending))
