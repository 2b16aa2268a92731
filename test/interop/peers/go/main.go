// Command peer answers requests about TUF documents with what go-tuf says of them. Its protocol is described in the
// README.md of the folder above.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	if len(os.Args) > 1 {
		os.Exit(command(os.Args[1], os.Args[2:]))
	}
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "go peer:", err)
		os.Exit(2)
	}
}

// command runs the peer as a command and returns its exit status.
func command(name string, files []string) int {
	if name != "verify" || len(files) == 0 {
		fmt.Fprintln(os.Stderr, "go peer: the command is: verify FILE...")
		return 2
	}
	roots, err := readFiles(files)
	if err != nil {
		fmt.Fprintln(os.Stderr, "go peer:", err)
		return 2
	}
	if err := firstOf(verifyChain(roots)); err != nil {
		fmt.Fprintln(os.Stderr, describe(err))
		return 1
	}
	return 0
}

// readFiles reads files whole.
func readFiles(names []string) ([][]byte, error) {
	contents := make([][]byte, len(names))
	for i, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		contents[i] = content
	}
	return contents, nil
}

// operations holds what can be asked, by the name in a request's "op".
var operations = map[string]func(request []byte) (answer any, mistake error){
	"about":           operation(about),
	"canonical":       operation(canonical),
	"chain":           operation(chain),
	"delegated":       operation(delegated),
	"refresh":         operation(refresh),
	"sign":            operation(sign),
	"bench-chain":     operation(benchChain),
	"bench-delegated": operation(benchDelegated),
}

// header is what all requests have in common; each kind of request embeds it.
type header struct {
	Op string `json:"op"`
}

// check finds nothing wrong; kinds of requests that can be wrong have a check of their own instead.
func (header) check() error { return nil }

// checked is a request that can tell what is wrong with itself.
type checked interface{ check() error }

// checkBytes finds a document that is missing or null; an empty one is none of these.
func checkBytes(documents ...[]byte) error {
	for _, document := range documents {
		if document == nil {
			return errors.New("the bytes of a document are missing")
		}
	}
	return nil
}

// operation makes an operation of a function by reading its request from JSON first.
func operation[Request checked](answer func(Request) any) func([]byte) (any, error) {
	return func(line []byte) (any, error) {
		var request Request
		if err := json.Unmarshal(line, &request); err != nil {
			return nil, err
		}
		if err := request.check(); err != nil {
			return nil, err
		}
		return answer(request), nil
	}
}

// serve answers each line of requests with a line of answers. The error it returns is a mistake in a request.
func serve(requests io.Reader, answers io.Writer) error {
	lines := bufio.NewReader(requests)
	encoder := json.NewEncoder(answers)
	encoder.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		answer, err := answerTo(line)
		if err != nil {
			return err
		}
		if err := encoder.Encode(answer); err != nil {
			return err
		}
	}
}

// answerTo finds the operation that a request asks for and has it answer.
func answerTo(line []byte) (any, error) {
	var request header
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, fmt.Errorf("no request: %w", err)
	}
	answer, known := operations[request.Op]
	if !known {
		return nil, fmt.Errorf("no such operation: %q", request.Op)
	}
	return answer(line)
}
