import { answer, targetOf, type Api } from './answer.ts';

/** The API of `workflows/examples/expense-approval`: what is filed counts against a budget until it is taken back. */
export function expensesApi(): Api {
  const expenses = new Map<string, number>();
  let left = 1000;
  return (request, body, response) => {
    const [, id, payment] = /^\/expenses(?:\/([^/]+))?(\/payment)?$/.exec(targetOf(request).pathname) ?? [];
    if (request.method === 'POST' && id === undefined) {
      const { amount } = JSON.parse(body) as { amount: number };
      if (amount > left) return answer(response, 422, { title: 'There is not that much left.' });
      left -= amount;
      expenses.set(`e-${expenses.size + 1}`, amount);
      return answer(response, 201, { id: `e-${expenses.size}`, budget: 'Travel', left });
    }
    const amount = expenses.get(id ?? '');
    if (id === undefined || amount === undefined) return answer(response, 404);
    if (request.method === 'PUT' && payment !== undefined)
      return answer(response, 200, { reference: `pay-${id}` });
    if (request.method !== 'DELETE') return answer(response, 405);
    left += amount;
    expenses.delete(id);
    return answer(response, 204);
  };
}
