/**
 * Why OpenSSL has ended a connection, in its own words without the places in its sources; any other message as it is.
 *
 *     40CD…:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:../deps/openssl/….c:918:SSL alert number 48
 */
export function opensslReason(message: string): string {
  const parts = message.trim().split(':')
  return parts[1] === 'error' ? (parts[5] ?? message) : message
}
