/** isomorphic-git, to be imported dynamically: it takes 65 ms that most commands need not pay. */

export {
  expandOid,
  fetch,
  init,
  listServerRefs,
  readCommit,
  readObject,
  resolveRef,
  setConfig,
  writeRef,
} from 'isomorphic-git'
