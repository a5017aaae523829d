export { findFreePort } from '../../src/platform/embedded/free-port.js';
