package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"byhand/lessons"
	"byhand/session/text"
)

// sidecarName is the name of a translation: x.zh.yaml.
var sidecarName = lazy(`\.[a-z]{2,3}(-[A-Za-z]+)?\.yaml$`)

// lessonFiles gives names with each directory among them replaced by the lessons in it. A translation is read with the
// lesson beside which it lies: in a list of files (*.yaml) it stands for that lesson.
func lessonFiles(names []string) (all []string, err error) {
	for _, name := range names {
		if of := sidecarName().ReplaceAllString(name, ".yaml"); of != name && isThere(of) {
			if !slices.Contains(names, of) {
				all = append(all, of)
			}
			continue
		}
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			all = append(all, name)
			continue
		}
		entries, err := os.ReadDir(name)
		if err != nil {
			return nil, err
		}
		none := true
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".yaml") && !sidecarName().MatchString(e.Name()) && !e.IsDir() {
				all, none = append(all, filepath.Join(name, e.Name())), false
			}
		}
		if none {
			return nil, &failure{what: sayNoLessonsIn.With(name)}
		}
	}
	return all, nil
}

// knownLessons gives the ids that requires may name: those of the course, and those of the lessons that are looked at or
// lie beside them.
func (a *app) knownLessons(files []string) []string {
	known := lessons.Known()
	for _, file := range files {
		if beside, err := lessonFiles([]string{filepath.Dir(file)}); err == nil && strings.HasSuffix(file, ".yaml") {
			for _, other := range beside {
				known = append(known, strings.TrimSuffix(filepath.Base(other), ".yaml"))
			}
		}
		src, err := os.ReadFile(file)
		if err != nil {
			continue // told when it is its turn
		}
		if l, _ := lessons.Parse(file, src); l.ID != "" {
			known = append(known, l.ID)
		}
	}
	return known
}

// sidecars gives the translations that lie beside the lesson in a file, in the order of their names.
func sidecars(name string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil {
		return nil, err
	}
	var found []string
	stem := strings.TrimSuffix(filepath.Base(name), ".yaml")
	for _, e := range entries {
		if rest, ok := strings.CutPrefix(e.Name(), stem); ok && sidecarName().MatchString(rest) && strings.Count(rest, ".") == 2 {
			found = append(found, filepath.Join(filepath.Dir(name), e.Name()))
		}
	}
	slices.Sort(found)
	return found, nil
}

// replaceFile writes a file anew in one step: whoever reads it meanwhile sees the old or the new, never a half.
func replaceFile(name string, data []byte) (err error) {
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(real)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(real), ".byhand-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name()) // the cause of the trouble is told; this is what is left of it
		}
	}()
	_, werr := tmp.Write(data)
	if err = errors.Join(werr, tmp.Chmod(info.Mode().Perm()), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), real)
}

// newFile writes a file that must not be there yet; half a file does not stay.
func newFile(name string, data []byte) error { return newFileFor(0o644, name, data) }

// newFileFor is newFile for those whom the mode lets read it.
func newFileFor(mode os.FileMode, name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, werr := f.Write(data)
	if err := errors.Join(werr, f.Close()); err != nil {
		_ = os.Remove(name)
		return err
	}
	return nil
}

var sayNoLessonsIn = text.T{EN: "There are no lessons in %s: their names end in .yaml.", ZH: "%s 里没有课程：课程文件的名字以 .yaml 结尾。"}
