package main

import (
	"fmt"
	"strings"
)

// step is what the library said to one document.
type step struct {
	Accepted bool   `json:"accepted"`
	Error    string `json:"error,omitempty"`
}

// stepOf makes a step of the library's error, nil where it accepted the document.
func stepOf(err error) step {
	if err != nil {
		return step{Error: describe(err)}
	}
	return step{Accepted: true}
}

// attempt runs the library on a document; where it panics, that is its refusal.
func attempt(library func() error) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = panicked{reason}
		}
	}()
	return library()
}

// panicked is the refusal of a library that panicked.
type panicked struct{ reason any }

func (p panicked) Error() string { return fmt.Sprintf("panic: %v", p.reason) }

// maxErrorLength is how many characters an error may have in an answer.
const maxErrorLength = 300

// describe puts an error's type and words in one line.
func describe(err error) string {
	words := fmt.Sprintf("%s: %v", strings.TrimPrefix(fmt.Sprintf("%T", err), "*"), err)
	line := []rune(strings.Join(strings.Fields(words), " "))
	return string(line[:min(len(line), maxErrorLength)])
}

// failure answers what should have worked and did not.
type failure struct {
	Error string `json:"error"`
}
