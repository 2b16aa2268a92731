#!/bin/sh
# What `npm ci` ends with: the addons and dist/, by the Node.js that npm has put into node_modules.
set -eu
if ! node --version >/dev/null 2>&1 && ! sh src/install/install-packages.sh libatomic1; then
  node --version || true
  echo "The Node.js that npm has put into node_modules does not start on this machine."
  echo "Remedy: install what it says above (libatomic.so.1 on Debian: apt-get install libatomic1), then npm ci again."
  exit 1
fi
node src/install/build-addons.mjs
npm run --silent build
