"""Who is in an article: names, titles, groups and bodies, joined into actors by the component ``kgbuild_actors``."""
