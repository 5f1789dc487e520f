// Package practice is the mail server inside byhand: POP3 and SMTP on addresses of one's own, with accounts, letters
// and faults that a lesson chooses, and with the voice of a real server.
//
// It is strict where the RFCs are strict, relays nothing to anywhere, and keeps all that it receives in memory. It does
// not look at who is asking: it imports nothing of ours, on purpose, so that the server and the framer of session/proto
// are two independent readings of the RFCs.
//
// The way of a byte through the package: reader (lines, bounded) -> popSession or smtpSession -> store -> writer.
//
//	server.go listen.go conn.go reader.go writer.go sockets, goroutines, limits
//	pop3.go    pop3_*.go                           RFC 1939, 2449, 5034, 6856
//	smtp.go    smtp_*.go  path.go  dot.go          RFC 5321, 4954, 1870, 2920, 6152, 3030, 6531, 3461, 2034
//	enhanced.go                                    RFC 2034, 3463
//	tls.go  ca.go                                  RFC 3207, 2595, 8314
//	sasl.go                                        PLAIN, LOGIN, CRAM-MD5, APOP
//	scram.go                                       RFC 5802, 7677
//	voice.go   voice_*.go voices/*.yaml            what is said
//	world.go   fault.go   recipient.go             who lives here, what goes wrong
//	store.go   letter.go                           what is kept
//	stock.go   picture.go letters/*.eml            the maildrop of the tutorial
package practice
