// Packages of the tests that come without types.
declare module "@digitalbazaar/credentials-context";
declare module "@digitalbazaar/security-context";
declare module "@digitalbazaar/data-integrity";
declare module "@digitalbazaar/ed25519-multikey";
declare module "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
declare module "jsonld-signatures";
declare module "jsonld";
