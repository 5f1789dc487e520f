//go:build !race

package main

// maxMemory is how much memory a session may take, in kB.
const maxMemory = 64 << 10

// thin divides what hostile servers say in masses: the screen of the tests draws all of it.
const thin = 1
