#!/bin/bash
# NodeupConfigHash: x
