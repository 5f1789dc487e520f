// Package proto is the grammar of the mail protocols: it cuts what passed into lines and tells what each line is.
// It reads both sides, because a line's meaning hangs on the other side's: "+OK" is followed by more or not by the
// command that it answers, QUIT inside DATA is text, an answer to 334 is no command.
//
// It is pure: no input or output, no clock, no sentences for people.
package proto

import "byhand/session"

// MaxLine is where a line without an end is cut; the rest follows in events with Cont set.
const MaxLine = 64 << 10

// New gives a framer for all connections of one session. With session.Untold the protocol of each connection is told
// by its talk, unless its open mark names one; any other value holds for all of them.
func New(p session.Protocol) *Framer { return &Framer{proto: p} }

// Framer cuts the chunks of a session into events.
type Framer struct {
	proto session.Protocol
}

// Feed gives the events that c completes; they are valid until the next Feed.
func (f *Framer) Feed(c session.Chunk) []session.Event { return nil }

// Next tells what the client's next line on connection conn will be: Command, Data or Answer; Unknown while that
// hangs on a reply that has not come (after DATA, AUTH, STARTTLS).
func (f *Framer) Next(conn int) session.Role { return session.Command }

// Waiting gives how many commands of connection conn still wait for the end of their reply; the greeting counts as one.
func (f *Framer) Waiting(conn int) int { return 0 }
