/** isomorphic-git, to be imported dynamically: it takes 65 ms that most commands need not pay. */

export { fetch, init, listServerRefs, readObject, resolveRef, setConfig, writeRef } from 'isomorphic-git'
