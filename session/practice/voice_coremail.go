package practice

// coremail is the voice that speaks if none is chosen, and that others fall back to. Its file says where its words come from.
const coremail = "coremail"

// Coremail is the voice of the tutorial: NetEase's 163.com about 2007.
func Coremail() *Voice {
	v := &Voice{Name: coremail}
	text, _ := voiceFiles.ReadFile("voices/" + coremail + ".yaml") // it is in the program
	_ = v.read(text, nil)                                          // a test reads it, too
	return v
}
