package annotate

// papersOfPOP3 exchanges references to the rules of SMTP in notes for those of POP3 that say the same.
func papersOfPOP3(notes []Note) {
	for i := range notes {
		if ref := paperOfPOP3(notes[i].Ref); ref != "" {
			notes[i].Ref = ref
		}
	}
}

// paperOfPOP3 gives the place where POP3 rules what both protocols have, or "".
func paperOfPOP3(ref string) string {
	switch ref {
	case "RFC 4954 §4": // AUTH: challenges, answers, *, =
		return "RFC 5034 §4"
	case "RFC 5321 §4.3.1": // the server speaks first
		return "RFC 1939 §4"
	case "RFC 5321 §2.3.8": // CR LF
		return "RFC 1939 §3"
	case "RFC 5321 §4.5.3.1.4": // the longest command
		return "RFC 2449 §4"
	case "RFC 5321 §4.5.3.2": // time without a command
		return "RFC 1939 §3"
	case "RFC 2920 §3.1": // several commands at once
		return "RFC 2449 §6.6"
	case "RFC 3207 §4", "RFC 3207 §4, RFC 2595 §4": // TLS by a command
		return "RFC 2595 §4"
	}
	return ""
}
