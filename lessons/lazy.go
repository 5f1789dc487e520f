package lessons

import (
	"regexp"
	"sync"
)

// lazy gives a regular expression that is compiled when it is first used: the program starts for other things than lessons, too.
func lazy(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
