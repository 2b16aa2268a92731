package main

import (
	"runtime/debug"
	"strings"
)

type aboutRequest struct{ header }

type aboutAnswer struct {
	Name     string            `json:"name"`
	Versions map[string]string `json:"versions"`
}

// about names the libraries in the versions that this program was built with.
func about(aboutRequest) any {
	return aboutAnswer{
		Name: "go-tuf",
		Versions: map[string]string{
			"go-tuf":              builtWith("github.com/theupdateframework/go-tuf/v2"),
			"go-securesystemslib": builtWith("github.com/secure-systems-lab/go-securesystemslib"),
		},
	}
}

// builtWith is the version of a module in this program, without the leading v.
func builtWith(module string) string {
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range build.Deps {
			if dependency.Path == module {
				return strings.TrimPrefix(dependency.Version, "v")
			}
		}
	}
	return "unknown"
}
