import { answer, targetOf, type Api } from './answer.ts';

/** The API of `workflows/examples/oauth-consent`: everybody consents but the client `app-denied`; a code is good once. */
export function accountsApi(): Api {
  const codes = new Map<string, string>();
  return (request, body, response) => {
    const { pathname, searchParams } = targetOf(request);
    if (pathname === '/authorize') {
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('state', searchParams.get('state') ?? '');
      if (searchParams.get('client_id') === 'app-denied') back.searchParams.set('error', 'access_denied');
      else {
        const code = `code-${codes.size + 1}`;
        codes.set(code, searchParams.get('redirect_uri') ?? '');
        back.searchParams.set('code', code);
      }
      response.writeHead(302, { location: back.href });
      response.end();
    } else if (pathname === '/token') {
      const form = new URLSearchParams(body);
      const code = form.get('code') ?? '';
      const isGood = codes.get(code) === form.get('redirect_uri');
      codes.delete(code);
      if (isGood) answer(response, 200, { access_token: 'token-1', token_type: 'Bearer' });
      else answer(response, 400, { error: 'invalid_grant' });
    } else if (pathname === '/me' && request.headers.authorization === 'Bearer token-1')
      answer(response, 200, { name: 'Ada' });
    else answer(response, 401);
  };
}
