/**
 * `npm run setup`: makes a checkout ready to run, test and demonstrate; does only what is not done yet.
 * With --quiet it is silent when there is nothing to do.
 */

// Nothing is imported, and no newer syntax used, before the version is known: an old Node must get as far as its message
const needed = [20, 19]
const [major, minor] = process.version.slice(1).split('.').map(Number)

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(`setup: Node ${process.version} is too old: ${needed.join('.')} or later is needed`)
  process.exitCode = 1
} else {
  import('./prepare-checkout.mjs')
    .then(({ prepareCheckout }) => prepareCheckout({ quiet: process.argv.includes('--quiet') }))
    .catch((error) => {
      console.error(`setup: ${error.message}`)
      process.exitCode = 1
    })
}
