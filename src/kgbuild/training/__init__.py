"""Training of the models that travel with kgbuild. Needs the extra ``training``; nothing here is used at run time."""
