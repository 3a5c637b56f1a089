"""Views: what the templates print, decided beforehand."""
