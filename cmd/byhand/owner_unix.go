//go:build unix

package main

import (
	"io/fs"
	"os"
	"syscall"
)

// mine tells whether a file or folder belongs to the user who runs the program.
func mine(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(stat.Uid) == os.Geteuid()
}
