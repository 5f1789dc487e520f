package lessons_test

import (
	"testing"

	"byhand/lessons"
	"byhand/session/text"
)

// TestHints counts the hints of each step of the course that asks for something: two to four, in each language.
func TestHints(t *testing.T) {
	for _, id := range lessons.Embedded() {
		l, err := lessons.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range l.Steps {
			if n := len(s.Hints); (len(s.Do) > 0 || s.Ask != nil) && (n < 2 || n > 4) {
				t.Errorf("%s: step %s has %d hints", id, s.Name(), n)
			}
			for i, h := range s.Hints {
				for _, lang := range text.Langs() {
					if !h.Has(lang) {
						t.Errorf("%s: step %s: hint %d is not there in %v", id, s.Name(), i+1, lang)
					}
				}
			}
		}
	}
}
