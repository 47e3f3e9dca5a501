/** Debian's Chromium, and how it is started: with no sandbox in a container, and calling nobody. */
export const CHROMIUM = '/usr/bin/chromium';
export const SWITCHES: string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
