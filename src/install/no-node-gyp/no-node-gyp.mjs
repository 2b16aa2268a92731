#!/usr/bin/env node
// The addons are built by ../build-addons.mjs, at the end of every `npm ci`; it says why. Versions of npm that do not
// know package.json's allowScripts run the addons' own install scripts all the same: those look for node-gyp in
// node_modules/.bin first, where they find this, which leaves the addons alone.
