// An OpenID Connect provider on loopback for the tests: `node server.mjs PORT APP_PORT`.
// It signs in whoever gives a name, and does wrong on purpose when /misbehave asks for it.
import { generateKeyPair, exportJWK, decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import Provider from 'oidc-provider';

const [port, appPort] = process.argv.slice(2).map(Number);
const issuer = `http://localhost:${port}`;
const callback = `http://localhost:${appPort}/oauth2callback`;
const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const stranger = await generateKeyPair('RS256');
const groups = { 'dsmb@example.org': ['crlm10-dsmb'] };
let wrong = '';
let seconds = 3600;

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'crlm-dash',
    client_secret: 'a secret of the tests, and of nothing else',
    redirect_uris: [callback],
    post_logout_redirect_uris: [callback],
  }],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'tests', alg: 'RS256', use: 'sig' }] },
  cookies: { keys: ['of the tests'] },
  conformIdTokenClaims: false,
  claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
  ttl: { IdToken: () => seconds, AccessToken: 3600, Session: 3600, Grant: 3600, Interaction: 600 },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, groups: groups[id] ?? [], email: id, email_verified: true, name: id }),
  }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: 'crlm-dash', accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
});

const sign = (claims, key = privateKey) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'tests' }).sign(key);
const now = () => Math.floor(Date.now() / 1000);
const faults = {
  'another key': (claims) => sign(claims, stranger.privateKey),
  'no signature': (claims) => new UnsecuredJWT(claims).encode(),
  'another audience': (claims) => sign({ ...claims, aud: 'another-app' }),
  'another audience, issued to us': (claims) => sign({ ...claims, aud: 'another-app', azp: 'crlm-dash' }),
  'another issuer': (claims) => sign({ ...claims, iss: 'http://localhost:1' }),
  'another sign-in': (claims) => sign({ ...claims, nonce: 'of another sign-in' }),
  'long over': (claims) => sign({ ...claims, iat: now() - 7200, exp: now() - 3600 }),
};

provider.use(async (ctx, next) => {
  if (ctx.path === '/misbehave') {
    wrong = ctx.query.how ?? '';
    seconds = Number(ctx.query.seconds ?? 3600);
    ctx.body = 'so be it';
    return;
  }
  await next();
  if (wrong && ctx.oidc?.route === 'token' && ctx.body?.id_token) {
    ctx.body.id_token = await faults[wrong](decodeJwt(ctx.body.id_token));
  }
});
provider.listen(port, 'localhost', () => console.log('ready'));
