/** An answer of the HTTP API other than 200; the message becomes the body, as on the hosted service. */
export class RestError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 413;

  constructor(status: 400 | 401 | 403 | 404 | 413, message: string) {
    super(message);
    this.status = status;
  }
}
