// Byhand lets people speak mail protocols by hand, explains every line, and remembers what was said.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
